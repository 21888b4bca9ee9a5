"""What all tests share: laws are judged by what they find, never by how long a shared machine took for one example."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
