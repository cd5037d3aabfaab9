"""The first room: places as stored versions, their runs, and the pages that show them."""
