"""Downhill from a layout for nearest patients: openings, closings and exchanges, judged by what they cost and by the rows they miss."""
