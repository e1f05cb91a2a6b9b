"""For the docs site: the README is its start page, RESULTS.md and the changelog are pages too."""

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

PAGES = {"README.md": "index.md", "RESULTS.md": "results.md", "CHANGELOG.md": "changelog.md"}
AT_THE_TOP = r"\]\((?!https?:|#|mailto:)(?:\./)?"


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that stand at the top of the repository."""
    for source, page in PAGES.items():
        content = re.sub(AT_THE_TOP, "](../", Path(source).read_text(encoding="utf-8"))
        files.append(File.generated(config, page, content=content))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Point links that lead out of ``docs/`` at the page of the site, or leave words alone."""
    markdown = markdown.replace("](../docs/", "](")
    for source, page in PAGES.items():
        markdown = markdown.replace(f"](../{source}", f"]({page}")
    return re.sub(r"\[([^\]]+)\]\(\.\./[^)]*\)", r"\1", markdown)
