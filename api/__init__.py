"""How people and programs reach the register: settings, wiring, access, GraphQL, pages and command line."""
