"""Work on the workers of a Dask cluster, which need Genre Lab's requirements and not Genre Lab: its code goes along."""
