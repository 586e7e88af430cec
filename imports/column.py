"""One column of a file, read through the function of its field: each distinct cell once, however often it comes."""

_MOST_KNOWN = 20_000


class Column:
    """Cells in, values out. A cell that the function refuses becomes `nothing`, and `faults` says why."""

    def __init__(self, place, header, read, nothing=""):
        self.place, self.header, self.nothing = place, header, nothing
        self._read, self._known, self._refused = read, {}, {}

    def values(self, cells):
        """The value of each cell."""
        known = self._known
        if len(known) > _MOST_KNOWN:  # chart numbers never repeat: memory must not grow with the file
            known.clear()
            self._refused.clear()
        for cell in set(cells).difference(known):
            try:
                known[cell] = self._read(cell)
            except ValueError as fault:
                known[cell] = self.nothing
                self._refused[cell] = str(fault)
        return [known[cell] for cell in cells]

    def faults(self, cells):
        """(index, reason) of the cells just read that were refused."""
        refused = self._refused
        return [(n, refused[cell]) for n, cell in enumerate(cells) if cell in refused] if refused else []
