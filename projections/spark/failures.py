"""What goes wrong on Spark; apart from what imports Arrow, which takes long."""


class SparkIsMissing(ValueError):
    """What the distributed engine needs is not installed."""


class SparkFailed(RuntimeError):
    """Spark has given up; the message is its first line."""


class FolderIsTaken(ValueError):
    """The folder holds what is not ours."""
