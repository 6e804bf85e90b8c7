"""The words of a recipe for travel times: a matrix, an engine or an estimate, by mode; and ambulance posts."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from geodata.importers.recipe_places import Part, Places, TableFile, Value


class MatrixFile(TableFile):
    """Minutes from a file: wide (a column per site), or long with `site_id` and `minutes`."""

    area_id: str | None = None
    """The column with the ids of the areas."""
    site_id: str | None = None
    """Long: the column with the ids of the sites. Without it every column that is a site's id is read."""
    minutes: str | None = None
    """Long: the column with the times."""
    km: str | None = None
    """Long: the column with the distances [km]."""
    unit: Literal["minutes", "seconds", "hours"] = "minutes"
    """What the times are in."""
    unreachable: list[Value] = Field(default_factory=list)
    """What is written where there is no way: [9999] or ["geen"]."""


class OsrmServer(Part):
    """An osrm-routed server; it does not tell its version and map, so you do."""

    address: str
    """The address of the server, such as http://127.0.0.1:5000."""
    profile: str = "car"
    """The profile it was prepared with."""
    version: str
    """The version of OSRM, for the provenance."""
    extract_date: str
    """The day of the map it was prepared from."""
    at_most: Annotated[int, Field(ge=2)] = 100
    """So many places in one question; --max-table-size of the server."""


class OsrmFiles(Part):
    """OSRM in this process on prepared files (the extra osrm, Python 3.12 and newer)."""

    file: str
    """The prepared files, such as netherlands.osrm."""
    profile: str = "car"
    """The profile they were prepared with."""
    extract_date: str
    """The day of the map they were prepared from."""
    algorithm: Literal["MLD", "CH"] = "MLD"
    """MLD after partition and customize, CH after contract."""


class ValhallaServer(Part):
    """A Valhalla server; it tells its version, and the day its tiles were made unless you give the day of the map."""

    address: str
    """The address of the server, such as http://127.0.0.1:8002."""
    costing: str = "auto"
    """auto, bus, bicycle, pedestrian, ..."""
    extract_date: str | None = None
    """The day of its map; the day its tiles were made by default."""
    at_most: Annotated[int, Field(ge=2)] = 100
    """So many places in one question."""


class Estimate(Part):
    """Car minutes from distance and density; `sample` is a matrix of some routed pairs to calibrate on."""

    sample: MatrixFile | None = None
    """A matrix of some routed pairs; the estimate is scaled to it."""


class Way(Part):
    """One way to get minutes: exactly one of the five."""

    matrix: MatrixFile | None = None
    """A file with times."""
    osrm: OsrmServer | None = None
    """A server of OSRM."""
    osrm_files: OsrmFiles | None = None
    """OSRM in this process."""
    valhalla: ValhallaServer | None = None
    """A server of Valhalla."""
    estimate: Estimate | None = None
    """An estimate from distance and density, for want of an engine."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(w is not None for w in (self.matrix, self.osrm, self.osrm_files, self.valhalla, self.estimate)) != 1:
            raise ValueError("give exactly one of matrix, osrm, osrm_files, valhalla and estimate")
        return self


class Travel(Way):
    """The minutes of one mode; `site_times` adds those between sites (not from a matrix)."""

    mode: str = "car"
    """The mode of travel: car, ambulance, transit, ..."""
    site_times: bool = False
    """Route the times between sites too."""


class Ambulance(Places):
    """Ambulance posts and their minutes to areas by a way of travel, times `factor`; the chain's parameters for the report."""

    post_id: str | None = None
    """The id of the post."""
    availability: str | None = None
    """When the post is staffed."""
    travel: Way
    """How the minutes from posts to areas are found (a matrix has a column per post)."""
    factor: Annotated[float, Field(gt=0)] = 1.0
    """Times this factor, for driving with siren."""
    within_minutes: Annotated[float, Field(gt=0)] = 60.0
    """Pairs farther apart are left out, but for the nearest post of an area."""
    dispatch_minutes: Annotated[float, Field(ge=0)] = 3.0
    """From call to departure, for the chain in the report [minutes]."""
    on_scene_minutes: Annotated[float, Field(ge=0)] = 5.0
    """On scene, for the chain in the report [minutes]."""
