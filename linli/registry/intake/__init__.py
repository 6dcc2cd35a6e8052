"""The reading half of imports: an office's file becomes rows of canonical text with every defect named.

Pure Python: no model, no database, no clock. Writing rows into the registry is somebody else's work; this is the
contract for it.

    setting = Setting(as_of=at, community="香阅四季社区", area=("长治市", "潞州区", …),
                      compounds=(Name("香阅四季A区", ("香阅A区",)), …),
                      stations=(Name("长治东站"), …), person_by_id=…, dwelling=…, timetable=…)
    with open_file(path, setting, kind="register") as reading:      # raises Unreadable: str() is the sentence
        reading.recognised        # kind, title, columns, unknown columns (not imported), missing columns
        for row in reading:       # constant memory; one pass; restart by opening again
            row.sheet, row.number # as a spreadsheet shows it; (sheet, number) is the row's key within the file
            row.role              # data, vacant | title, header, repeated_header, subtotal, blank, note
            row.outcome           # create, review_cell, merge, review, supersede, …, dwelling_only, skip
            row.values            # field -> canonical text, '' for nothing known
            row.defects           # Defect(kind, field, action, written, value, suggested, other, other_sheet)
    reading.later                 # after the loop: findings on rows delivered before (superseded, …_original)

`recognise(path)` tells the kind without reading the file to its end. Iterating may raise Unreadable too, when a later
sheet is damaged: stage rows, and apply them only after the loop has ended. Hidden sheets are not read; a sheet
without a header gives rows of role `title` or `note`.

**Values** are text in one spelling: days `2021-12-05`, moments `2022-04-14 01:05` (wall clock of the community),
several values joined by `、`, yes and no as 有/无 or 是/否, hours `周一至周五 18:00-21:00` (`slots()` turns them
into weekdays and times), seats as passengers. Pushed rows also carry compound, building, unit and room of their
destination once it is known.

**Actions.** repair: `values` holds the repaired text. keep: unusual and right. review: `values` holds the text *as
written*; use `row.sure(field)`, which is '' while a person has to look, and show `defect.suggested` as an offer.
lookup: filled from the setting's answers, or, with an empty `defect.value`, still to be filled (`sure` is '').
drop: the value is ''. inert: stored as that very text; escape it on screen and quote it in exports like all text.
A defect with `other` has to do with that row (`other_sheet` when it is on another sheet).

**Outcomes** are of this file alone: `create` says that the file holds no earlier row of the same record, not that the
registry holds none. Apply the findings of `reading.later` to staged rows by (sheet, number) and recompute with
`outcome_of(all defects of the row)`.

**Privacy.** Rows, defects and sentences hold names and numbers: never log them.
"""

from linli.registry.intake.files import KINDS
from linli.registry.intake.hours import Slot, slots
from linli.registry.intake.reading import Reading, Recognised, open_file, recognise
from linli.registry.intake.report import Action, Cell, Defect, Finding, Outcome, Row, Unreadable, outcome_of
from linli.registry.intake.sentences import FIELDS
from linli.registry.intake.setting import Known, Name, Setting

__all__ = [
    "FIELDS",
    "KINDS",
    "Action",
    "Cell",
    "Defect",
    "Finding",
    "Known",
    "Name",
    "Outcome",
    "Reading",
    "Recognised",
    "Row",
    "Setting",
    "Slot",
    "Unreadable",
    "open_file",
    "outcome_of",
    "recognise",
    "slots",
]
