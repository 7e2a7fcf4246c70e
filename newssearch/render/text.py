"""Results for a person to read: the form that a terminal gets.

In go `Results` and a `Look`, out come pieces of text, one a hit, parted by blank lines:

     1  The title, matched words in bold                       <- rank, title
        2020-08-17  example.org  zh                            <- date, source, language
        The snippet, wrapped, matched words in bold …
        story of 3 · en, zh · 2020-08-17 to 2020-08-19 · the title in the other language
        4f21b7a0  news/2020/08/17/title.md                     <- short id, file (a link)

`newssearch query` uses it. The language is shown only where it is not the query's, the line about
the story only where there is more of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from newssearch.render.look import BOLD, BOLD_TITLE, DIM, TITLE, Look
from newssearch.render.passages import joined
from newssearch.render.safe import visible
from newssearch.render.wrap import cells, paint, wrap
from newssearch.results import Hit, Note, Results

_LEAST_WIDTH = 20  # narrower than this, wrapping would do more harm than good


def render_text(
    results: Results,
    look: Look,
    short_ids: Mapping[str, str] | None = None,
    first_rank: int = 1,
) -> Iterator[str]:
    """The hits, one piece each. `short_ids` gives the id to show for an id."""
    query_lang = script_language(results.query)
    last_rank = first_rank + len(results.hits) - 1
    indent = max(len(str(last_rank)) + 1, 2) + 2
    for rank, hit in enumerate(results.hits, first_rank):
        lines = _hit_lines(hit, look, indent, query_lang, (short_ids or {}).get(hit.id, hit.id))
        number = look.style(f"{rank:>{indent - 2}}", DIM)
        body = f"\n{' ' * indent}".join(lines)
        yield ("\n" if rank > first_rank else "") + f"{number}  {body}\n"


def render_note(note: Note, query: str, caret: bool) -> str:
    """One note as a line; with `caret`, its place is shown under the query in two more."""
    line = f"note: {visible(note.message)}"
    if note.suggestion and note.suggestion not in note.message:
        line += f" (did you mean '{visible(note.suggestion)}'?)"
    if note.end <= note.start:
        return line + "\n"
    if not caret:
        return f"{line} [at {note.start + 1}-{note.end}]\n"
    before, place = cells(query[: note.start]), cells(query[note.start : note.end])
    marks = " " * sum(cell.columns for cell in before)
    marks += "^" * max(sum(cell.columns for cell in place), 1)
    return f"{line}\n  {visible(query)}\n  {marks}\n"


def script_language(text: str) -> str:
    """The language that a text's letters suggest; empty where they suggest none."""
    for character in text:
        if "\u3040" <= character <= "\u30ff":
            return "ja"
        if "\uac00" <= character <= "\ud7af":
            return "ko"
        if "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf":
            return "zh"
        if "\u0400" <= character <= "\u04ff":
            return "ru"
        if character.isalpha():
            return "en"
    return ""


def _hit_lines(hit: Hit, look: Look, indent: int, query_lang: str, short_id: str) -> list[str]:
    width = None if look.width is None else max(look.width - indent, _LEAST_WIDTH)
    title = cells(hit.title, hit.title_highlights)
    lines = [paint(line, look, TITLE, BOLD_TITLE) for line in wrap(title, width)] or [""]
    about = [hit.date[:10], hit.source, hit.lang if hit.lang != query_lang else ""]
    if hit.kind != "article":
        about.append(hit.kind)
    if any(about):
        lines.append(look.style("  ".join(visible(part) for part in about if part), DIM))
    passage = joined(hit.snippets)
    marked = cells(passage.text, passage.highlights)
    lines += [paint(line, look, "", BOLD) for line in wrap(marked, width)]
    if story := _story(hit):
        lines += [paint(line, look, DIM, DIM) for line in wrap(cells(story), width)]
    file = look.file_link(hit.file, look.style(visible(hit.file), DIM))
    lines.append(f"{look.style(visible(short_id), DIM)}  {file}")
    return lines


def _story(hit: Hit) -> str:
    """`story of 3 · en, zh · 2020-08-17 to 2020-08-19 · 另一种语言的标题`, as far as there is
    something to say."""
    story, parts = hit.story, []
    if story.size > 1:
        parts.append(f"story of {story.size}")
    if len(story.languages) > 1:
        parts.append(", ".join(story.languages))
    if story.first_date != story.last_date:
        parts.append(f"{story.first_date} to {story.last_date}")
    shown = {hit.lang}
    for translation in hit.translations:
        if translation.lang not in shown and translation.title:
            shown.add(translation.lang)
            parts.append(translation.title)
    return " · ".join(parts)
