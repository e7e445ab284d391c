-- A catalogue as the first release wrote it (sqlite3 .dump). Never to be changed.
BEGIN TRANSACTION;
CREATE TABLE adapters (
	id VARCHAR(64) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	method VARCHAR(32) NOT NULL, 
	base TEXT NOT NULL, 
	base_digest VARCHAR(64) NOT NULL, 
	dataset VARCHAR(64) NOT NULL, 
	audience JSON NOT NULL, 
	path TEXT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	refuse_above FLOAT NOT NULL, 
	tokens_per_second FLOAT NOT NULL, 
	training_seconds FLOAT NOT NULL, 
	saved VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_adapters PRIMARY KEY (id)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE audit (
	number INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	actor TEXT NOT NULL, 
	action VARCHAR(64) NOT NULL, 
	subject TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (number)
);
INSERT INTO "audit" VALUES(1,'2026-11-22T19:21:04.119380+00:00','tester','source.added','docs','{"kind":"folder","location":"/srv/docs","readers":["everyone"]}','0000000000000000000000000000000000000000000000000000000000000000','146a638357253f18f6a85b4518a6df5020f54f04d005ca4a74f9d223a77b73c0');
INSERT INTO "audit" VALUES(2,'2026-11-22T19:21:04.134023+00:00','tester','document.added','doc_01dd306c241f78aca6902197e2bbd0fd','{"passages":2,"version":"ver_9ab6386ab387b467abe7cc3755fd770b"}','146a638357253f18f6a85b4518a6df5020f54f04d005ca4a74f9d223a77b73c0','758f0961caf7deffaf694794536b6be4f0cfa8412d40b38282a7f18da36f7835');
INSERT INTO "audit" VALUES(3,'2026-11-22T19:21:04.144356+00:00','operator','person.added','ann','{"groups":["hr"]}','758f0961caf7deffaf694794536b6be4f0cfa8412d40b38282a7f18da36f7835','d08bc8f0e98ee78ac446c7c62c2d1450d9fd7f9937f7be7b0d0814f0a20f3353');
CREATE TABLE comparisons (
	number INTEGER NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	saved VARCHAR(32) NOT NULL, 
	payload JSON NOT NULL, 
	CONSTRAINT pk_comparisons PRIMARY KEY (number)
);
CREATE TABLE dataset_examples (
	dataset VARCHAR(64) NOT NULL, 
	example VARCHAR(64) NOT NULL, 
	position INTEGER NOT NULL, 
	split VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_dataset_examples PRIMARY KEY (dataset, example), 
	CONSTRAINT fk_dataset_examples_dataset FOREIGN KEY(dataset) REFERENCES datasets (id), 
	CONSTRAINT fk_dataset_examples_example FOREIGN KEY(example) REFERENCES examples (id)
);
CREATE TABLE dataset_names (
	name VARCHAR(255) NOT NULL, 
	dataset VARCHAR(64) NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_dataset_names PRIMARY KEY (name, dataset), 
	CONSTRAINT fk_dataset_names_dataset FOREIGN KEY(dataset) REFERENCES datasets (id), 
	CONSTRAINT uq_dataset_names_number UNIQUE (number)
);
CREATE TABLE datasets (
	id VARCHAR(64) NOT NULL, 
	examples INTEGER NOT NULL, 
	splits JSON NOT NULL, 
	audience JSON NOT NULL, 
	documents INTEGER NOT NULL, 
	refused JSON NOT NULL, 
	saved VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_datasets PRIMARY KEY (id)
);
CREATE TABLE documents (
	id VARCHAR(64) NOT NULL, 
	source VARCHAR(255) NOT NULL, 
	uri TEXT NOT NULL, 
	title TEXT NOT NULL, 
	version VARCHAR(64) NOT NULL, 
	content_digest VARCHAR(64) NOT NULL, 
	modified VARCHAR(40) NOT NULL, 
	size INTEGER NOT NULL, 
	CONSTRAINT pk_documents PRIMARY KEY (id), 
	CONSTRAINT fk_documents_source FOREIGN KEY(source) REFERENCES sources (name), 
	CONSTRAINT uq_documents_source_uri UNIQUE (source, uri)
);
INSERT INTO "documents" VALUES('doc_01dd306c241f78aca6902197e2bbd0fd','docs','a.md','Old','ver_9ab6386ab387b467abe7cc3755fd770b','1a989ea86150171c687b0727f218eedbb94c4665a7da9b0add1bf5de607f2bf1','2026-01-01T00:00:00+00:00',10);
CREATE TABLE examples (
	id VARCHAR(64) NOT NULL, 
	body JSON, 
	CONSTRAINT pk_examples PRIMARY KEY (id)
);
CREATE TABLE gate_results (
	adapter VARCHAR(64) NOT NULL, 
	position INTEGER NOT NULL, 
	gate VARCHAR(128) NOT NULL, 
	passed BOOLEAN NOT NULL, 
	value FLOAT NOT NULL, 
	"limit" FLOAT NOT NULL, 
	note TEXT NOT NULL, 
	CONSTRAINT pk_gate_results PRIMARY KEY (adapter, position), 
	CONSTRAINT fk_gate_results_adapter FOREIGN KEY(adapter) REFERENCES adapters (id)
);
CREATE TABLE groups (
	name VARCHAR(255) NOT NULL, 
	CONSTRAINT pk_groups PRIMARY KEY (name)
);
INSERT INTO "groups" VALUES('hr');
CREATE TABLE jobs (
	id INTEGER NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	subject TEXT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	progress FLOAT NOT NULL, 
	detail TEXT NOT NULL, 
	error TEXT NOT NULL, 
	started VARCHAR(32) NOT NULL, 
	heartbeat VARCHAR(32) NOT NULL, 
	ended VARCHAR(32), 
	host VARCHAR(255) NOT NULL, 
	process INTEGER NOT NULL, 
	process_start VARCHAR(128) NOT NULL, 
	CONSTRAINT pk_jobs PRIMARY KEY (id)
);
CREATE TABLE lineage (
	example VARCHAR(64) NOT NULL, 
	position INTEGER NOT NULL, 
	document TEXT NOT NULL, 
	version VARCHAR(64), 
	passage TEXT, 
	CONSTRAINT pk_lineage PRIMARY KEY (example, position), 
	CONSTRAINT fk_lineage_example FOREIGN KEY(example) REFERENCES examples (id)
);
CREATE TABLE memberships (
	person VARCHAR(255) NOT NULL, 
	"group" VARCHAR(255) NOT NULL, 
	CONSTRAINT pk_memberships PRIMARY KEY (person, "group"), 
	CONSTRAINT fk_memberships_group FOREIGN KEY("group") REFERENCES groups (name), 
	CONSTRAINT fk_memberships_person FOREIGN KEY(person) REFERENCES people (name)
);
INSERT INTO "memberships" VALUES('ann','hr');
CREATE TABLE nestings (
	"group" VARCHAR(255) NOT NULL, 
	parent VARCHAR(255) NOT NULL, 
	CONSTRAINT pk_nestings PRIMARY KEY ("group", parent), 
	CONSTRAINT fk_nestings_group FOREIGN KEY("group") REFERENCES groups (name), 
	CONSTRAINT fk_nestings_parent FOREIGN KEY(parent) REFERENCES groups (name)
);
CREATE TABLE outbox (
	number INTEGER NOT NULL, 
	upserts JSON NOT NULL, 
	deletes JSON NOT NULL, 
	readers JSON NOT NULL, 
	CONSTRAINT pk_outbox PRIMARY KEY (number)
);
INSERT INTO "outbox" VALUES(1,'[1, 2]','[]','[]');
CREATE TABLE passages (
	"key" INTEGER NOT NULL, 
	id VARCHAR(64) NOT NULL, 
	document VARCHAR(64) NOT NULL, 
	version VARCHAR(64) NOT NULL, 
	start INTEGER NOT NULL, 
	"end" INTEGER NOT NULL, 
	heading JSON NOT NULL, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_passages PRIMARY KEY ("key"), 
	CONSTRAINT fk_passages_document FOREIGN KEY(document) REFERENCES documents (id), 
	CONSTRAINT uq_passages_id UNIQUE (id)
);
INSERT INTO "passages" VALUES(1,'psg_641f921de6e7dcedbee559bdb177821e','doc_01dd306c241f78aca6902197e2bbd0fd','ver_9ab6386ab387b467abe7cc3755fd770b',0,5,'[]','alpha');
INSERT INTO "passages" VALUES(2,'psg_a8e68c248cee404a17e3c1e2eb9f181f','doc_01dd306c241f78aca6902197e2bbd0fd','ver_9ab6386ab387b467abe7cc3755fd770b',6,10,'[]','beta');
CREATE TABLE people (
	name VARCHAR(255) NOT NULL, 
	CONSTRAINT pk_people PRIMARY KEY (name)
);
INSERT INTO "people" VALUES('ann');
CREATE TABLE readers (
	document VARCHAR(64) NOT NULL, 
	principal VARCHAR(255) NOT NULL, 
	CONSTRAINT pk_readers PRIMARY KEY (document, principal), 
	CONSTRAINT fk_readers_document FOREIGN KEY(document) REFERENCES documents (id)
);
INSERT INTO "readers" VALUES('doc_01dd306c241f78aca6902197e2bbd0fd','group:hr');
CREATE TABLE sequences (
	name VARCHAR(32) NOT NULL, 
	value INTEGER NOT NULL, 
	CONSTRAINT pk_sequences PRIMARY KEY (name)
);
INSERT INTO "sequences" VALUES('passage',2);
INSERT INTO "sequences" VALUES('outbox',1);
INSERT INTO "sequences" VALUES('audit',3);
INSERT INTO "sequences" VALUES('job',0);
INSERT INTO "sequences" VALUES('dataset_name',0);
INSERT INTO "sequences" VALUES('comparison',0);
CREATE TABLE sources (
	name VARCHAR(255) NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	location TEXT NOT NULL, 
	readers JSON NOT NULL, 
	added VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_sources PRIMARY KEY (name)
);
INSERT INTO "sources" VALUES('docs','folder','/srv/docs','["everyone"]','2026-11-22T19:21:04.118826+00:00');
CREATE TABLE versions (
	id VARCHAR(64) NOT NULL, 
	document VARCHAR(64) NOT NULL, 
	text TEXT NOT NULL, 
	stored VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_versions PRIMARY KEY (id), 
	CONSTRAINT fk_versions_document FOREIGN KEY(document) REFERENCES documents (id)
);
INSERT INTO "versions" VALUES('ver_9ab6386ab387b467abe7cc3755fd770b','doc_01dd306c241f78aca6902197e2bbd0fd','alpha beta','2026-11-22T19:21:04.132280+00:00');
CREATE INDEX ix_adapters_dataset ON adapters (dataset);
CREATE INDEX ix_comparisons_kind ON comparisons (kind);
CREATE INDEX ix_jobs_state ON jobs (state);
CREATE INDEX ix_dataset_examples_example ON dataset_examples (example);
CREATE INDEX ix_lineage_document ON lineage (document);
CREATE INDEX ix_passages_document ON passages (document);
CREATE INDEX ix_readers_principal_document ON readers (principal, document);
CREATE INDEX ix_versions_document ON versions (document);
COMMIT;
