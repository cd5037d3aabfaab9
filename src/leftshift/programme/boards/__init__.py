"""Boards: bodies with members and quorum, meetings, papers, interests, decisions and minutes."""
