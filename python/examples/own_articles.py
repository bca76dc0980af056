"""Codes articles of a data frame and joins the events to it.

Run it in the project's folder: python python/examples/own_articles.py
"""

import datetime

import pandas as pd

import polybius


def main() -> None:
    articles = pd.DataFrame(
        {
            "id": ["a", "b"],
            "date": [datetime.date(2024, 5, 1), datetime.date(2024, 5, 2)],
            "desk": ["Europe", "Asia"],
            "text": [
                "France expelled two Russian diplomats on Tuesday.",
                "India and China will hold talks on the border next week, officials said.",
            ],
        }
    )
    coded = polybius.Coder(threads=1).code_batch(articles)
    if coded.failures:
        raise SystemExit("\n".join(coded.failures))
    events: pd.DataFrame = coded.to_pandas()
    joined = events.merge(articles[["id", "desk"]].rename(columns={"id": "article"}), on="article")
    print(joined[["desk", "published", "event", "actor_country", "recipient_country", "future"]])


if __name__ == "__main__":
    main()
