# The package in an image that runs as nobody in particular and writes to one place only.
#   docker build -t cartolearn .
#   docker run --rm --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#     -v "$PWD:/work" --user "$(id -u):$(id -g)" cartolearn run
# The labelling page of ./project, and the model of ./model over HTTP, for this machine alone:
#   docker run --rm -it --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#     -v "$PWD:/work" --user "$(id -u):$(id -g)" -p 127.0.0.1:8080:8080 \
#     cartolearn label serve project --host 0.0.0.0 --port 8080 --no-browser
#   docker run --rm -it --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#     -v "$PWD:/work" --user "$(id -u):$(id -g)" -p 127.0.0.1:8000:8000 \
#     cartolearn serve-model model --host 0.0.0.0 --port 8000
FROM python:3.11-slim
COPY . /source
RUN pip install --no-cache-dir "/source[serve,label-page]" && rm -rf /source \
    && useradd --uid 10001 --create-home --home-dir /work cartolearn
USER 10001
WORKDIR /work
# What is fetched and computed lies in /work, so that the rest of the image can be read-only.
ENV HOME=/work CAL_CACHE_DIR=/work/.cache/cartography-active-learning \
    MPLCONFIGDIR=/tmp PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["cartolearn"]
CMD ["--help"]
