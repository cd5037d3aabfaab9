"""What happened, who did it and when: written with every change, never altered."""
