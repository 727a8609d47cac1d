"""What `spark-submit` and Dataproc run: the same words as the `c360` command."""

from c360.cli import main

main()
