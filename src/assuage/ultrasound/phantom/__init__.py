"""A made-up head whose truth is known, so that everything runs without a patient."""

from assuage.ultrasound.phantom.head import (
    HeadShape,
    Landmarks,
    MadeUpHead,
    made_up_head,
    phantom_head,
    phantom_landmarks,
)

__all__ = ["HeadShape", "Landmarks", "MadeUpHead", "made_up_head", "phantom_head", "phantom_landmarks"]
