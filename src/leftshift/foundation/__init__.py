"""What every subject stands on: years, money, codes, sources, faults and checks."""
