"""Marks on paper and as files: `papers` is one expert's sheet, `marks` those of a call."""
