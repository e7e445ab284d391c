"""Average the weights of several trainings of the span reader, and write the mean as a change.

Means of weights that were trained from one start, one after another, read better than either of them (Wortsman et al.
2022, "Model soups").
"""

import argparse
from pathlib import Path

from safetensors.torch import load_file, save_file
from train_spans import Network, change, without_prefix


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("trained", type=Path, nargs="+", help=".trained.safetensors files")
    parser.add_argument(
        "--weights", type=Path, required=True, help="the weights folder, with the embedder's files"
    )
    parser.add_argument("--out", type=Path, required=True, help="safetensors file of the change to write")
    parser.add_argument("--rank", type=int, default=48, help="of the thin matrices")
    arguments = parser.parse_args()
    states = [load_file(path) for path in arguments.trained]
    mean = {name: sum(state[name].float() for state in states) / len(states) for name in states[0]}
    network = Network()
    network.load_state_dict(mean)
    published = without_prefix(load_file(arguments.weights / "all-MiniLM-L6-v2.safetensors"))
    save_file(mean, arguments.out.with_suffix(".trained.safetensors"))
    save_file(change(network, published, arguments.rank), arguments.out)


if __name__ == "__main__":
    main()
