"""Pure numbers: intervals, points on a scale, control charts. Nothing here knows of clients."""
