"""The contracts: what each published table promises."""
