"""The one door to HTML: what is not HTML already is escaped, so that no data comes alive."""

import html

from markupsafe import Markup

EMPTY = Markup("")


def escaped(words: object) -> Markup:
    """Return words as HTML; HTML made by :func:`element` stays as it is.

    Examples
    --------
    >>> str(escaped("<b>")), str(escaped(element("b", "a")))
    ('&lt;b&gt;', '<b>a</b>')
    """
    return words if isinstance(words, Markup) else Markup(html.escape(str(words)))


def element(tag: str, *parts: object, **attributes: str) -> Markup:
    """Return an element with its parts, each escaped; ``class_`` stands for "class".

    Examples
    --------
    >>> str(element("p", "1 < 2", class_="word"))
    '<p class="word">1 &lt; 2</p>'
    """
    own = [f' {name.rstrip("_")}="{escaped(said)}"' for name, said in attributes.items() if said]
    return Markup(f"<{tag}{''.join(own)}>{''.join(map(escaped, parts))}</{tag}>")
