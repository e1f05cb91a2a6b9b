"""What pyproject.toml cannot say: ``conf/`` goes into the package as ``cartolearn.conf``."""

from setuptools import find_packages, setup

setup(
    packages=["cartolearn.conf", *find_packages("src", include=["cartolearn*"])],
    package_dir={"": "src", "cartolearn.conf": "conf"},
)
