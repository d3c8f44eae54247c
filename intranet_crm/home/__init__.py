"""The workbench (工作台): what a person has to do today."""
