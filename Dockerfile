# One image for both commands: `serve` (the default) and `work`.
FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY app app
COPY solver solver
COPY geodata geodata
COPY migrations migrations
COPY docs/glossary.md docs/glossary.md
RUN python -m venv /opt/care-landscape \
 && /opt/care-landscape/bin/pip install --no-cache-dir .

FROM python:3.11-slim
LABEL org.opencontainers.image.title="care-landscape" \
      org.opencontainers.image.licenses="EUPL-1.2"
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/care-landscape care
COPY --from=build /opt/care-landscape /opt/care-landscape
ENV PATH=/opt/care-landscape/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CARE_LANDSCAPE_DATA_DIRECTORY=/var/lib/care-landscape
USER care
WORKDIR /var/lib/care-landscape
VOLUME /var/lib/care-landscape
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["care-landscape"]
CMD ["serve"]
