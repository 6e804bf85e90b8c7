"""Made-up regions, seeded and realistic: the same size and seed give the same package, byte for byte."""

from geodata.demo.region import demo_plan, demo_tables, write_demo
from geodata.demo.scenarios import demo_scenario, demo_scenario_steered
from geodata.demo.sizes import SIZES, Size, SizeName

__all__ = [
    "SIZES",
    "Size",
    "SizeName",
    "demo_plan",
    "demo_scenario",
    "demo_scenario_steered",
    "demo_tables",
    "write_demo",
]
