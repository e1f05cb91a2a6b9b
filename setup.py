"""What pyproject.toml cannot say: ``conf/`` goes into the package as ``cartolearn.conf``.

``hydra_plugins`` is a namespace that Hydra's plugins share.
"""

from setuptools import find_namespace_packages, find_packages, setup

setup(
    packages=[
        "cartolearn.conf",
        *(f"cartolearn.conf.{group}" for group in find_namespace_packages("conf")),
        "hydra_plugins.cartolearn_launchers",
        *find_packages("src", include=["cartolearn*"]),
    ],
    package_dir={"": "src", "cartolearn.conf": "conf"},
)
