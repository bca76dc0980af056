"""Ray Data on a cluster of two nodes on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ray = pytest.importorskip("ray")

import polybius
import polybius.ray

pytestmark = pytest.mark.ray


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    from ray.cluster_utils import Cluster

    node: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 100 << 20}
    cluster = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
    cluster.add_node(**node)
    ray.init(address=cluster.address, log_to_driver=False)
    assert sum(n["Alive"] for n in ray.nodes()) == 2
    yield
    ray.shutdown()
    cluster.shutdown()  # type: ignore[no-untyped-call]


def test_ray_gives_the_records_of_the_command_line(
    cluster: None, articles: list[dict[str, Any]], records: dict[str, Any], tmp_path: Path
) -> None:
    half = len(articles) // 2
    for n, part in enumerate((articles[:half], articles[half:])):
        pq.write_table(pa.Table.from_pylist(part), tmp_path / f"{n}.parquet")
    articles_in = ray.data.read_parquet(str(tmp_path))
    coded = articles_in.map_batches(polybius.ray.Coder, concurrency=2, batch_size=32)
    table = pa.concat_tables(ray.get(coded.to_arrow_refs()))
    assert table.num_rows == len(articles)
    rows = table.to_pylist()
    assert {r["id"]: polybius.Article.from_row(r).to_dict() for r in rows if r["failure"] is None} == records
    events = polybius.ray.events(table)
    assert events.schema.equals(polybius.event_schema(), check_metadata=True)
    assert {e["id"] for a in records.values() for e in a["events"]} == set(events["id"].to_pylist())


def test_as_short_as_can_be(cluster: None, articles: list[dict[str, Any]], tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(articles[:4]), tmp_path / "articles.parquet")
    coded = ray.data.read_parquet(str(tmp_path)).map_batches(polybius.ray.Coder)
    assert coded.count() == 4


def test_batches_of_all_kinds(articles: list[dict[str, Any]]) -> None:
    table = pa.Table.from_pylist(articles[:4])
    coder = polybius.ray.Coder(threads=2)
    expected = coder(table)
    assert coder(table.to_pandas()).equals(expected)
    numpy = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    assert coder(numpy).equals(expected)
    with pytest.raises(polybius.TableError, match="no column `id`"):
        coder(table.drop_columns(["id"]))
