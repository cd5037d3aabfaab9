"""The calculated sheets of the workbook of a place: the projection as live formulas on the cells of its tables.

They are described here as cells, and know no program for spreadsheets: ``workbooks.writing`` puts them into a book, and
``workbooks.reading`` builds them again to see whether somebody typed over one.
"""
