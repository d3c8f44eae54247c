"""People, departments, roles and reach (人员、部门、角色、数据范围); signing in and out."""
