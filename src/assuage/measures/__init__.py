"""Measures as clinicians count them: instruments and their scores, diaries, and when a change matters."""
