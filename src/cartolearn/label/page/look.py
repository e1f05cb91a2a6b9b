"""What all pages look like: colours that can be read, and where the keyboard is."""

from nicegui import ui

# White on it has a contrast of 6.3 to 1; 4.5 is what WCAG's level AA asks for.
PRIMARY = "#1a5fb4"
STYLE = """
body { background: #f6f7f8; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 1.25rem; line-height: 1.6;
        max-height: 45vh; overflow-y: auto; }
.nicegui-link { color: #1a4f9c; }
.told { white-space: pre-wrap; overflow-wrap: anywhere; }
.key { min-width: 1.5em; border: 1px solid currentColor; border-radius: 4px; margin-right: .5em;
       text-align: center; font-size: .8em; }
:focus-visible, .q-btn:focus-visible, .q-field--focused .q-field__control {
  box-shadow: 0 0 0 2px #ffffff, 0 0 0 5px #111827; border-radius: 4px; }
"""


def dressed() -> None:
    """Give the page that is being made its colours and its style."""
    ui.colors(primary=PRIMARY)
    ui.add_css(STYLE)
