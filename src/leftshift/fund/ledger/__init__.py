"""The ledger of a pooled fund: exact double entry per source and scheme, holds, sharing, reconciling."""
