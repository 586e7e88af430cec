"""What stands in an EMR export, whatever kind of file it is: characters, records, containers, workbooks. Knows no Django."""
