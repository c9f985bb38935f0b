"""The starter kits of docs/bi, written from the catalogue of the feed."""
