"""The slice of the programme: work, benefits, risks, gates, appraisals, boards and engagement."""
