"""Why a request is not answered: the status, a code for programs and one sentence for people."""


class ODataRefusal(Exception):
    def __init__(self, message: str, status: int = 400, code: str = "BAD_REQUEST") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code


def not_found(message: str) -> ODataRefusal:
    return ODataRefusal(message, 404, "NOT_FOUND")


def not_supported(what: str) -> ODataRefusal:
    return ODataRefusal(f"{what} is not supported.", 501, "NOT_SUPPORTED")
