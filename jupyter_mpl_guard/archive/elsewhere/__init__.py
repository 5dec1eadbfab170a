"""Diaries that are not beside the connection files of kernels on this machine."""
