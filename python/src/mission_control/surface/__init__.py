"""The functions of hosts. Before `init`, and with `MC_DISABLE=1`, all of them only pass through."""
