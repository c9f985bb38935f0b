"""What every thing with a global id has in common."""

import strawberry


@strawberry.interface(description="Something that `node` finds again by its id.")
class Node:
    id: strawberry.ID
