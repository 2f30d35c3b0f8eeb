"""Every failure an operator can meet: its exit code, and a message that ends in what to do."""


class VerbatimError(Exception):
    """Something failed in a way we can name; the command ends with `exit_code`."""

    exit_code = 1


class CheckError(VerbatimError):
    """A table broke a rule of its contract; nothing further reads it in this run."""

    exit_code = 10


class SettingsError(VerbatimError):
    """The settings are wrong; the message names every fault at once."""

    exit_code = 11


class InputError(VerbatimError):
    """What should be read cannot be: a missing folder, too many broken records."""

    exit_code = 12


class LedgerError(VerbatimError):
    """What was read and what became of it do not add up."""

    exit_code = 13


class LakeError(VerbatimError):
    """The lake could not be written: a conflict that outlasted the retries, no disk."""

    exit_code = 14


class ContractError(VerbatimError):
    """A contract is wrong, or a table does not have the columns it promises."""

    exit_code = 15


class PublishError(VerbatimError):
    """The marts could not be put in place; the last good ones stay."""

    exit_code = 16


class NotFoundError(VerbatimError):
    """What was asked for (a contact, a customer, a version) is not there."""

    exit_code = 17
