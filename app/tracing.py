"""Traces by OpenTelemetry, off unless an address is set: FastAPI tells of requests, workers of jobs and of the solve in each."""

from opentelemetry import trace
from opentelemetry.trace import Tracer

from app.errors import Finding, InvalidInput
from app.settings import Settings

NAME = "care-landscape"


def tracer() -> Tracer:
    """Where spans begin; they cost nothing and go nowhere while nobody has set up traces."""
    return trace.get_tracer(NAME)


def set_up_traces(settings: Settings, *, part: str) -> None:
    """Lets this process send its spans; raises InvalidInput when what that takes is not installed."""
    if not settings.traces_to:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        fix = "Install care-landscape[otel], or leave the setting empty."
        raise InvalidInput("", [Finding("traces_to", "OpenTelemetry's SDK is not installed.", fix)]) from None
    provider = TracerProvider(resource=Resource.create({"service.name": f"{NAME} {part}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.traces_to)))
    trace.set_tracer_provider(provider)
