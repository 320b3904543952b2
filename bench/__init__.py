"""Benchmarks as ratios: each thing we do against its own floor, interleaved in the same run, medians."""
