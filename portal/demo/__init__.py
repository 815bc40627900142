"""What a fresh hall shows: fictional officers and residents, a few told stories, and real cases of a published archive.

Nothing here runs in production; ``load_demo`` refuses there.
"""
