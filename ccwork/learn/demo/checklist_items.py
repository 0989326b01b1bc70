"""The items of the checklists that invented people answer."""

from ccwork.read import catalogues


def items(*forms: str) -> list[str]:
    """Return the items of some checklists of the catalogue that have their words already."""
    known = catalogues.common()["items"]
    known = known.loc[known["status"] != "placeholder", "form"]
    return [item for form in forms for item in known.index[known == form]]
