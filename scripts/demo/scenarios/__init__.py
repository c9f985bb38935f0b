"""One story per relationship, in the order of the demo files."""

from demo.scenarios import (
    aero_wings,
    bank_cloud,
    cell_line,
    fresh_dairy,
    north_wind,
    open_antibody,
    port_corridor,
    print_works,
    tower_exit,
    ward_devices,
    young,
)

STORIES = (
    aero_wings.tell,
    ward_devices.tell,
    open_antibody.tell,
    bank_cloud.tell,
    north_wind.tell,
    port_corridor.tell,
    fresh_dairy.tell,
    cell_line.tell,
    tower_exit.tell,
    print_works.tell,
    young.vial_glass,
    young.city_wheels,
    young.sea_water,
    young.tele_clinic,
)
