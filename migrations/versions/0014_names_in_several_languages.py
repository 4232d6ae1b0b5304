"""names of regions and fund lines in several languages

What is stored had one name each. It becomes the name in the programme's first language, so that a file that is loaded
again finds the same terms as before. The name of a region stays beside it for the books and for sorting. Questions
that are answered in public say in which language they are written; of those that stand there, nobody knows it.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PROGRAMME = sa.table("programme", sa.column("id", sa.Integer), sa.column("config", sa.JSON))
CALL = sa.table("call", sa.column("programme_id", sa.Integer), sa.column("config", sa.JSON))
REGION = sa.table("region", sa.column("id", sa.Integer), sa.column("code"), sa.column("name"), sa.column("names", sa.JSON))


def upgrade() -> None:
    op.add_column("public_answer", sa.Column("language", sa.Text(), nullable=False, server_default=""))
    op.add_column("region", sa.Column("names", sa.JSON(), nullable=False, server_default="[]"))
    connection = op.get_bind()
    languages = {}
    for key, config in connection.execute(sa.select(PROGRAMME.c.id, PROGRAMME.c.config).order_by(PROGRAMME.c.id)):
        first = config["languages"][0]
        calls = connection.execute(sa.select(CALL.c.config).where(CALL.c.programme_id == key)).scalars()
        languages |= {region: first for call in calls for region in call["regions"]}
        for line in config["fund_lines"]:
            line["name"] = {"versions": [[first, line["name"]]]}
        connection.execute(sa.update(PROGRAMME).where(PROGRAMME.c.id == key).values(config=config))
    for key, code, name in connection.execute(sa.select(REGION.c.id, REGION.c.code, REGION.c.name)).all():
        names = [[languages.get(code, "en"), name]]
        connection.execute(sa.update(REGION).where(REGION.c.id == key).values(names=names))


def downgrade() -> None:
    raise NotImplementedError("names in several languages do not fit into one")
