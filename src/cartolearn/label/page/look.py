"""What all pages look like: colours that can be read, and where the keyboard is."""

from nicegui import ui

PAGES = (("/", "Texts"), ("/review", "Review"), ("/status", "Status"))
# White on it has a contrast of 6.3 to 1; 4.5 is what WCAG's level AA asks for.
PRIMARY = "#1a5fb4"
STYLE = """
body { background: #f6f7f8; }
.q-loading-bar { display: none; }  /* it has no name for those who listen to the page */
.text { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 1.25rem; line-height: 1.6;
        max-height: 45vh; overflow-y: auto; }
.nicegui-link { color: #1a4f9c; }
.pages a[aria-current] { font-weight: 700; text-decoration: underline; }
.grid-of-words { border-collapse: collapse; font-size: .875rem; }
.grid-of-words th, .grid-of-words td { text-align: left; padding: .3em .8em .3em 0;
  border-bottom: 1px solid #d0d4d8; font-variant-numeric: tabular-nums; font-weight: 400; }
.grid-of-words thead th { font-weight: 600; }
.told { white-space: pre-wrap; overflow-wrap: anywhere; }
.key { min-width: 1.5em; border: 1px solid currentColor; border-radius: 4px; margin-right: .5em;
       text-align: center; font-size: .8em; }
:focus-visible, .q-btn:focus-visible, .q-field--focused .q-field__control {
  box-shadow: 0 0 0 2px #ffffff, 0 0 0 5px #111827; border-radius: 4px; }
"""
# Inside a list of options nothing else may take the focus; Quasar has such elements there.
LISTS = """<script>
new MutationObserver(() => {
  for (const part of document.querySelectorAll("[role=listbox] > [tabindex]:not([role])")) {
    part.removeAttribute("tabindex");
    part.setAttribute("role", "presentation");
  }
}).observe(document.documentElement, {childList: true, subtree: true});
</script>"""


def dressed(here: str) -> None:
    """Give the page that is being made its colours, its style, and links to the others.

    Args:
        here: Which of ``PAGES`` it is.
    """
    ui.colors(primary=PRIMARY)
    ui.add_css(STYLE)
    ui.add_head_html(LISTS)
    with ui.element("nav").classes("pages flex flex-wrap gap-6 w-full").props("aria-label=Pages"):
        for path, name in PAGES:
            link = ui.link(name, path)
            if name == here:
                link.props("aria-current=page")
