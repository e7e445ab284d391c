"""One file per family of facts. A miner reads an outline and proposes candidates; `curate.mine` decides."""
