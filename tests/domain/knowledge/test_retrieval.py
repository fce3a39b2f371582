"""What is found, and what of it is prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.extensions import embedder
from webapp.knowledge.retrieval import Query, prose, search

if TYPE_CHECKING:
    from tests.builders import Builder, Row

MIXED = """\
# Torque

The motor has a torque of 1 Nm.

| torque | speed |
| --- | --- |
| 1 Nm | 10 rpm |

```python
torque = 1
```

- The torque falls with speed.

![A line that falls.](line.png)
"""


def test_prose_leaves_out_tables_code_and_figures(build: Builder, robots: Row, handbook: Row) -> None:
    build.document(handbook, "torque.md", MIXED)
    with build.inside(robots.id):
        (found,) = search(robots.id, [handbook.id], [Query("torque", None)], embedder(), 5)
        assert "10 rpm" in found.text
        assert prose([found])[found.passage_id] == ["The motor has a torque of 1 Nm.", "The torque falls with speed."]


def test_prose_of_a_passage_ends_where_the_passage_ends(build: Builder, robots: Row, handbook: Row) -> None:
    build.document(handbook, "long.txt", "Torque is what turns a shaft around its axis. " * 60)
    with build.inside(robots.id):
        found = search(robots.id, [handbook.id], [Query("torque", None)], embedder(), 5)
        assert len(found) > 1
        assert all(prose(found)[passage.passage_id] == [passage.text] for passage in found)


def test_the_heavier_query_decides(build: Builder, robots: Row, handbook: Row) -> None:
    build.document(handbook, "gears.md", "# Gears\n\nGears turn shafts.")
    build.document(handbook, "cells.md", "# Cells\n\nCells store energy.")
    with build.inside(robots.id):
        for heavy, light in (("gears", "cells"), ("cells", "gears")):
            queries = [Query(light, None, 1.0), Query(heavy, None, 2.0)]
            first, second = search(robots.id, [handbook.id], queries, embedder(), 5)
            assert (first.document, second.document) == (f"{heavy}.md", f"{light}.md")


def test_a_new_title_is_embedded_anew(build: Builder, robots: Row, handbook: Row) -> None:
    first = build.document(handbook, "first.txt", "Gears turn shafts.")
    again = build.document(handbook, "second.txt", "Gears turn shafts.")
    assert build.passages(first)[0].fingerprint != build.passages(again)[0].fingerprint
