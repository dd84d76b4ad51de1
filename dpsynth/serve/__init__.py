"""The review page: what lies in the folder of reports, shown and signed on this machine only."""
