"""From tables to measures: metrics, control charts, own past, five KPIs, checklists."""
