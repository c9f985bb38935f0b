import pytest

from domain.codes import is_country, minor_units
from domain.errors import UnknownCode


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("EUR", 2), ("USD", 2), ("ISK", 0), ("JPY", 0), ("UYI", 0), ("KWD", 3), ("TND", 3), ("CLF", 4), ("UYW", 4)],
)
def test_a_currency_has_the_decimals_of_the_standard(currency: str, decimals: int) -> None:
    assert minor_units(currency) == decimals


@pytest.mark.parametrize("currency", ["XCG", "ZWG", "SLE", "VED", "XAD"])
def test_the_newest_currencies_are_known(currency: str) -> None:
    assert minor_units(currency) == 2


@pytest.mark.parametrize("currency", ["HRK", "BGN", "ANG", "ZWL"])
def test_currencies_withdrawn_of_late_are_still_known(currency: str) -> None:
    assert minor_units(currency) == 2


@pytest.mark.parametrize("currency", ["ZZZ", "DEM", "XXX", "XAU", "eur", "EURO", ""])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(UnknownCode) as refused:
        minor_units(currency)
    assert refused.value.message == f"{currency} is not a currency of ISO 4217."


@pytest.mark.parametrize("country", ["DE", "GB", "SS", "TW", "AX"])
def test_a_country_of_the_standard_is_known(country: str) -> None:
    assert is_country(country)


@pytest.mark.parametrize("country", ["UK", "EU", "XK", "AN", "de", "DEU", ""])
def test_what_the_standard_does_not_assign_is_no_country(country: str) -> None:
    assert not is_country(country)
