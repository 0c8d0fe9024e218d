"""Drawing clip sets: scenes of photographs, signs and things, filmed by a moving camera."""
