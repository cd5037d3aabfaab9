"""Workbooks: a place as one workbook and back, uploads opened with care, and tables to publish. Only this folder knows Excel."""
